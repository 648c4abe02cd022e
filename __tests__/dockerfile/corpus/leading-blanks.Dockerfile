

   	
  FROM scratch
	ENV A=1
   # comment
 	 LABEL a=b
